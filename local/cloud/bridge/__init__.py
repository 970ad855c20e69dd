"""What the AWS emulator lacks for Cinch. Each module replaces a few of its functions; main.py installs them all."""
