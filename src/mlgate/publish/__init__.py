"""What the forge is handed: outputs, the job summary, annotations, comments."""
