"""The investigate room: silent systems are asked once more, and where a review opens anyway a model may look around for its reader."""
