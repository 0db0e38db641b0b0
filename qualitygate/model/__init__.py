"""The ground floor: frozen values that know no file, no clock and no network."""
