"""Things with weights: encoders, matching statistics, evaluation."""
