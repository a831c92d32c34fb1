"""The product's settings with a key, quick passwords and a folder of the tests' own."""

# ruff: noqa: E402, F403, F405 (the environment first, then all of the product's settings)
import atexit
import os
import shutil
import tempfile

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
FOLDER = tempfile.mkdtemp(prefix="relcrm-tests-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["RELCRM_SECRET_KEY"] = "tests-tests-tests-tests-tests-tests-tests-tests-tests"
os.environ["RELCRM_DATA"] = FOLDER
if broker := os.environ.get("RELCRM_REDIS_URL"):
    # Each process of the test run has a database of Redis to itself.
    os.environ["RELCRM_REDIS_URL"] = (
        f"{broker.rpartition('/')[0] if broker.count('/') > 2 else broker}/{WORKER}"
    )

os.mkdir(os.path.join(FOLDER, "static"))  # else whitenoise warns in every test

from relcrm.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if EMBEDDED:
    # A file, as in production: connections to one database in memory lock each other out.
    DATABASES["default"]["TEST"] = {"NAME": f"{FOLDER}/tests.sqlite3"}
    # What a test stored need not outlive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
READINGS_EVERY = 0  # no thread: a test that wants to see them calls readings.flush()
