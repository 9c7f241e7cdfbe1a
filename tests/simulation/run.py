from __future__ import annotations
import sys, time
from tests.simulation.world import run_world, setting_of
def main(arguments):
    from dataclasses import replace
    n=int(arguments[0]); first=int(arguments[1]) if len(arguments)>1 else 0
    keep=len(arguments)>2
    t=time.perf_counter(); v=c=0
    for seed in range(first,first+n):
        r=run_world(setting_of(seed), keep_trace=keep)
        if keep: print("\n".join(r.trace.lines))
        print(seed, r.visits, r.cuts, r.doubts, r.trace.hash, r.trace.events, dict(r.counts))
        for what, d in r.violations: print("   !!", what, d[-1500:] if keep or 1 else '')
        v+=r.visits; c+=r.cuts
    d=time.perf_counter()-t
    print(f"{n} worlds, {v} visits, {c} cuts, {v/d:.1f} visits/s")
if __name__=="__main__": main(sys.argv[1:])
