"""Runs the `aws` CLI for one test file: loaded once, and forked for each command.

Reads lines of JSON {id, words, folder, environment}, and writes {id, code, stdout, stderr} for each.
Every command is a process of its own, with the folder and the environment that it was given.
"""

import json
import os
import random
import selectors
import sys
import traceback

import awscli.clidriver
import awscli.customizations.s3.subcommands  # noqa: F401
import awscli.handlers  # noqa: F401
import botocore.httpsession  # noqa: F401
import botocore.signers  # noqa: F401


def become(command, outputs):
    """The child: never returns."""
    for number, output in enumerate(outputs, start=1):
        os.dup2(output, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        # The CLI tells botocore of its own data when it is loaded.
        data = os.environ['AWS_DATA_PATH']
        os.environ.clear()
        os.environ.update(command['environment'], AWS_DATA_PATH=data)
        os.chdir(command['folder'])
        sys.argv = ['aws', *command['words']]
        random.seed()
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def start(command):
    pipes = [os.pipe(), os.pipe()]
    process = os.fork()
    if process == 0:
        become(command, [writing for _, writing in pipes])
    for _, writing in pipes:
        os.close(writing)
    texts = {reading: bytearray() for reading, _ in pipes}
    run = {'id': command['id'], 'process': process, 'texts': texts, 'open': 2}
    for reading in texts:
        selector.register(reading, selectors.EVENT_READ, run)


def read(key):
    run = key.data
    chunk = os.read(key.fd, 65536)
    run['texts'][key.fd] += chunk
    if chunk:
        return
    selector.unregister(key.fd)
    os.close(key.fd)
    run['open'] -= 1
    if run['open'] > 0:
        return
    _, status = os.waitpid(run['process'], 0)
    stdout, stderr = (text.decode('utf-8', 'replace') for text in run['texts'].values())
    answer = {
        'id': run['id'],
        'code': os.waitstatus_to_exitcode(status),
        'stdout': stdout,
        'stderr': stderr,
    }
    print(json.dumps(answer), flush=True)


selector = selectors.DefaultSelector()
selector.register(0, selectors.EVENT_READ)
pending = b''
reading = True
while reading or len(selector.get_map()) > 0:
    for key, _ in selector.select():
        if key.data is not None:
            read(key)
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            selector.unregister(0)
            reading = False
        *lines, pending = (pending + chunk).split(b'\n')
        for line in lines:
            start(json.loads(line))
