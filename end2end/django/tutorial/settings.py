"""Django's settings: loopback only, no database, the channel layer from the environment. Never a secret or a path."""

import os

from tutorial.layer import channel_layer

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "tutorial.urls"
CHANNEL_LAYERS = {"default": channel_layer(os.environ)}
