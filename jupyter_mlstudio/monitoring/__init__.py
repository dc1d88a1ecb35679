"""What an endpoint sees and answers, held against what its model was trained on."""
