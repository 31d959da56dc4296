#!/home/ana/.venv/bin/bash
export DATA=/home/ana/data # found
cd /Users/ana/churn || exit 1 # found
