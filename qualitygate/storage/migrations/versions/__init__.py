"""Each migration in a file; none is changed once it was released."""
