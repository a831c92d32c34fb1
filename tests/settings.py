"""The product's settings with a key, quick passwords and a folder of the tests' own."""

import os
import tempfile

os.environ.setdefault("RELCRM_SECRET_KEY", "tests")
os.environ.setdefault("RELCRM_DATA", tempfile.mkdtemp(prefix="relcrm-tests-"))

from relcrm.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
