"""Questions: one model, its only parser, and how each is graded."""
