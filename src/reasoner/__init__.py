"""The small model: scratchpad transformers of about 150,000 parameters, their tasks, and what can be done to their traces.

NumPy alone runs them; `reasoner.train` alone imports torch.
"""
