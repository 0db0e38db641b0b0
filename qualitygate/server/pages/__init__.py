"""The dashboard: pages for people, who sign in with GitHub and see what they may read there."""
