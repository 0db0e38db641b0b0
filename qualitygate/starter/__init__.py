"""What a project begins with: a policy and a register of documents, fitted to what lies there."""
