"""The GitHub room: the only one that talks to GitHub. Decisions are made above it, deeds are done here."""
