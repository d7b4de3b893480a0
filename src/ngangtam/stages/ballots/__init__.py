"""Secret votes: papers that nobody can tie to a voter, and counts that anybody can repeat."""
