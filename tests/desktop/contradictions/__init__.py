"""Whether what is on the screen at one moment agrees: ``python -m tests.desktop.contradictions``."""
