# The few commands of the project. Each is a script that also works by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
WORLD ?= demo
ENVIRONMENT ?= demo
CASES ?=
POINTS ?=
DOORS ?=

.PHONY: help tools demo demo-down demo-jenkins demo-jenkins-down test causes torture strangers format cli dist

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

tools: ## install what is missing (Debian, Ubuntu), else say what to install
	@tools/install

demo: tools ## bake, deploy and roll out on the embedded AWS; the last line is the URL
	@tools/demo up $(WORLD) $(ENVIRONMENT)

demo-down: ## destroy the stack, its images and the embedded AWS; the last line is the count of what is left
	@tools/demo down $(WORLD) $(ENVIRONMENT)

demo-jenkins: tools ## the same through a Jenkins controller, where its artifacts can be had; ends with its URL and the page's
	@tools/demo-jenkins up $(WORLD)

demo-jenkins-down: tools ## destroy what demo-jenkins deployed, then end the controller and the embedded AWS
	@tools/demo-jenkins down $(WORLD)

cli: tools ## build the command line's jar
	@./ami-deploy --version

dist: tools ## make the command line's distribution for other repositories; the last line is its file
	@tools/dist

test: tools ## run every tier that this machine can run; the last line counts
	@tests/run $(TIERS)

causes: tools ## make every cause of failure happen and measure what is said of it; CASES='PATH_CLOSED …' those only, CASES=--again all
	@nice local/.venv/bin/python -B tests/causes $(CASES)

torture: tools ## end runs at every kind of call and look whether anything is lost; POINTS='--flow destroy' those only, POINTS=--list shows them
	@nice local/.venv/bin/python -B tests/torture $(POINTS)

strangers: tools ## give the command line and the steps bad input and write what they say; DOORS=cli the command line alone
	@nice local/.venv/bin/python -B tests/strangers $(DOORS)

format: tools ## format every language with its own tool
	@tools/format
