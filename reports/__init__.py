"""FIGURES → DOCUMENT: findings, words, charts and the renderers."""
