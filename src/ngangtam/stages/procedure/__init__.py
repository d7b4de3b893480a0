"""Personnel cases that walk a procedure of the rulebook, step by step."""
