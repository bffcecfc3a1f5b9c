"""An AWS on one computer: moto for the API, and beside it what moto does not do: machines that boot, groups that heal, balancers that forward."""
