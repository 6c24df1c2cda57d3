"""The tutorial's Django app, written anew: rooms, groups and one view. Never anything that Teahouse itself runs."""
