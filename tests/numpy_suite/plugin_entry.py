"""Where pytest finds the plugin."""

from plugin import Suite


def pytest_configure(config):
    suite = Suite()
    config.pluginmanager.register(suite, "numpy-suite")
    suite.pytest_configure(config)
