"""The REST face and the doors of the house: translate a request, call one use case, answer."""
