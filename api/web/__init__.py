"""Pages for people: the coordinators' desk, and what the links of mails lead to. No build step."""
