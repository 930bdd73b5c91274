# Short names for developers; the commands themselves need no make.
.PHONY: run test check bench lock documents

UV = var/venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
     --no-header --no-annotate --no-emit-index-url

run:
	python3 manage.py up

test:
	python3 manage.py test

check:
	python3 manage.py test --checks

bench:
	python3 manage.py bench

documents: # sample papers as PDF and Word, and Word printed by LibreOffice, into var/documents
	python3 manage.py sample_papers var/documents

lock: # add "-U" to UV for newer versions
	$(UV) pyproject.toml -o requirements.txt
	$(UV) pyproject.toml --group dev -o requirements-dev.txt
	echo uv | $(UV) - -o requirements-uv.txt
