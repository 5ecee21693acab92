"""Read the profile of somebody who is not stored, with the rules of an actor file."""
