"""The GitHub App: webhooks kept before they are acknowledged, and worked on until they are done."""
