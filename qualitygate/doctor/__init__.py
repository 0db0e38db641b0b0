"""What can be checked of an installation before it is relied on: policy, evidence, git, clock, GitHub."""
