"""How the models are made: the only part that needs torch. A recipe names everything that a training depends on."""
