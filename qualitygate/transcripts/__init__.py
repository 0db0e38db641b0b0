"""Records of GitHub written down as the files that readers read, so that they are judged as any other record is."""
