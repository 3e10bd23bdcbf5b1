"""The directory store under SIGKILL: at every system call that changes a file, and at random among many writers."""

import os
import random
import shutil
import subprocess
import threading
import time

import support

DRIVER = os.environ["PERFGATE_STORE_DRIVER"]

# What changes a file. (What open() creates is seen by the next of these.) One kind of machine has this name for a
# call, another that.
CALLS = ["write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "renameat", "renameat2", "unlink", "unlinkat",
         "mkdir", "mkdirat", "utimensat"]


def lines(text, word):
    return [line.split(" ", 1)[1] for line in text.splitlines() if line.startswith(word + " ")]


class Driven(support.Case):
    def drive(self, store, *words, before=()):
        return subprocess.run([*before, DRIVER, str(store), *map(str, words)], capture_output=True, text=True,
                              env=self.environment(), timeout=300)

    def check(self, store):
        """The keys, which are there once, and no trouble."""
        checked = self.drive(store, "check")
        self.assertEqual((checked.returncode, checked.stderr, lines(checked.stdout, "trouble")), (0, "", []))
        keys = lines(checked.stdout, "key")
        self.assertEqual(len(keys), len(set(keys)), keys)
        return set(keys)


class Kill(Driven):
    def setUp(self):
        super().setUp()
        if shutil.which("strace") is None:
            self.skipTest("strace is not installed")
        if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
            self.skipTest("strace is not permitted here")

    def kill_at_every_call(self, words, kept, after):
        """`kept` is there whatever happens, `after` once it was acknowledged; and then it goes on."""
        filled = self.dir / "filled"
        shutil.rmtree(filled, ignore_errors=True)
        self.assertEqual(self.drive(filled, "fill").returncode, 0)
        kills = 0
        for call in CALLS:
            # The short form looks at each call of the log, and at some of the many of the index.
            step = 1 if support.FULL or call != "pwrite64" else 7
            number = 1
            while True:
                store = self.dir / "store"
                shutil.rmtree(store, ignore_errors=True)
                shutil.copytree(filled, store)
                ended = self.drive(store, *words, before=[
                    "strace", "-f", "-qq", "-o", "/dev/null", f"--trace=?{call}", f"--inject=?{call}:signal=KILL:when={number}"])
                killed = ended.returncode != 0
                if killed:
                    kills += 1
                    self.assertEqual(ended.stderr, "", f"{words} {call} {number}")
                with self.subTest(words=words, call=call, number=number):
                    there = self.check(store)
                    self.assertLessEqual(set(kept), there)
                    self.assertLessEqual(set(lines(ended.stdout, "ack")) & set(after), there)
                    again = self.drive(store, *words)
                    self.assertEqual((again.returncode, again.stderr), (0, ""))
                    self.assertLessEqual(set(kept) | set(after), self.check(store))
                if not killed:
                    break
                number += step
        self.assertGreater(kills, 5)

    # AC:store-kills
    def test_append_killed_at_every_call(self):
        self.kill_at_every_call(["append", "a", 0, 2], {"base", "r1", "r2", "r3", "r4"}, {"a-0", "a-1"})

    def test_batch_killed_at_every_call(self):
        self.kill_at_every_call(["batch", "b", 4], {"base", "r1", "r2", "r3", "r4"}, {"b-0", "b-1", "b-2", "b-3"})

    def test_compact_killed_at_every_call(self):
        self.kill_at_every_call(["compact"], {"base", "r1", "r2", "r3", "r4"}, set())
        self.assertEqual(sorted(p.name for p in (self.dir / "store/records").iterdir()),
                         ["2026-10.jsonl.zst", "2026-11.jsonl.zst", "2026-12.jsonl"])

    def test_prune_killed_at_every_call(self):
        self.kill_at_every_call(["prune"], {"base", "r4"}, {"2026-10", "2026-11"})
        self.assertEqual([p.name for p in (self.dir / "store/records").iterdir()], ["2026-12.jsonl"])


    # AC:people-kills
    def test_names_killed_at_every_call(self):
        self.kill_at_every_call(["names", "n", 0, 2], {"base", "r1", "r2", "r3", "r4"}, {"n-0", "n-1"})
        self.assertEqual(['{"by":"n and co."}'] * 2, lines(self.drive(self.dir / "store", "check").stdout, "mark"))

    # AC:people-kills
    def test_erasing_killed_at_every_call(self):
        self.kill_at_every_call(["erase", "ann"], {"base", "r1", "r2", "r3", "r4"}, {"erasure"})
        for path in (self.dir / "store").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"ann", path.read_bytes(), path)


class Writers(Driven):
    # AC:people-writers
    def test_writers_of_names_lose_none(self):
        store = self.dir / "store"
        processes = [subprocess.Popen([DRIVER, str(store), "names", f"w{number}", "0", "25"], stdout=subprocess.DEVNULL,
                                      env=self.environment()) for number in range(6)]
        self.assertEqual([0] * 6, [process.wait(timeout=120) for process in processes])
        self.check(store)
        marks = lines(self.drive(store, "check").stdout, "mark")
        self.assertEqual(sorted(f'{{"by":"w{n} and co."}}' for n in range(6) for _ in range(25)), sorted(marks))

    # AC:store-writers-killed
    def test_writers_killed_at_random_lose_nothing(self):
        writers, each = (64, 200) if support.FULL else (16, 20)
        store = self.dir / "store"
        acknowledged = [0] * writers
        running = {}
        lock = threading.Lock()
        trouble = []

        def write(number):
            while acknowledged[number] < each and not trouble:
                # What was written and not acknowledged is said again.
                process = subprocess.Popen([DRIVER, str(store), "append", f"w{number}", str(acknowledged[number]), str(each)],
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment())
                with lock:
                    running[number] = process
                for line in process.stdout:
                    if line == f"ack w{number}-{acknowledged[number]}\n":
                        acknowledged[number] += 1
                err = process.stderr.read()
                process.stdout.close()
                process.stderr.close()
                if process.wait() not in (0, -9):
                    trouble.append(err)
                with lock:
                    del running[number]

        threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
        for thread in threads:
            thread.start()
        kills = 0
        while any(thread.is_alive() for thread in threads):
            # At once at first: on a quick machine all is over in less than a second.
            time.sleep(random.uniform(0, 0.1 if kills > 10 else 0.01))
            with lock:
                if running and (kills <= 10 or random.random() < 0.5):
                    random.choice(list(running.values())).kill()
                    kills += 1
        self.assertEqual(trouble, [])
        self.assertGreater(kills, 2)
        self.assertEqual(self.check(store), {f"w{number}-{i}" for number in range(writers) for i in range(each)})


if __name__ == "__main__":
    support.main()
