"""Settings of the project: what differs between environments comes from the process's environment."""

import os

# From app_secrets: signs cookies, so that it must be the same on all instances and in no image.
SECRET_KEY = os.environ["SECRET_KEY"]
# From app_environment. Without it every name: only the load balancer reaches an instance.
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "*").split()

# The load balancer ends TLS, and says so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = ["django.contrib.staticfiles", "shop"]
MIDDLEWARE = [
    # First: the balancer asks for /health by an instance's address, which is no allowed host.
    "shop.views.health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "shop.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

STATIC_URL = "/static/"
# Served from where they lie in the application: nothing has to be collected, and the file system is read-only.
WHITENOISE_USE_FINDERS = True
