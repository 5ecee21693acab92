"""Committed data, loadable from an installed wheel: fixtures, territories, vocabularies."""
