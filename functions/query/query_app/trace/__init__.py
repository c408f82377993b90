"""What is known of one correlation id, in all contexts. It knows them; they do not know it."""
