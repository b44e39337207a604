"""What a cartera's records come to: pure functions from the rows of `dialer.carteras.cuenta` to the figures."""
