"""WAREHOUSE → FIGURES: what each number means, and the engine that computes it."""
