"""Words for what the product says: gettext catalogues, French first, English beside it."""
