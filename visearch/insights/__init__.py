"""What an owner wants to know: how well searching works, how well the catalogue is kept, what people look for."""
