"""What authors of scenes work with: checks, a way to play and explain a scene, drawings, a simulator, a starter."""
