"""The floor that all features stand on: types, errors, stores and events. It knows no feature and no engine."""
