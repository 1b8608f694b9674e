"""The scenario domain: stories, what learners say in them, and what it is worth."""
