"""Each defect of Faust that is worked round, with the test that fails when the work-around is taken away."""
