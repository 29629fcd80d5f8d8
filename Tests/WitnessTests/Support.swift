import ArchiveTesting
import TransparencyLog
import Witness

/// A witness with its state in a folder of its own.
struct TestWitness {
    let folder: TemporaryFolder
    let signer: NoteSigner
    let witness: Witness

    init(_ logs: [FakeLog], in folder: TemporaryFolder? = nil, time: @escaping Witness.Clock = { 1_000 }) throws {
        let isNew = folder == nil
        self.folder = try folder ?? TemporaryFolder(inMemory: true)
        signer = try NoteSigner(name: "w.example/1", algorithm: .cosignature, seed: [UInt8](repeating: 1, count: 32))
        let path = self.folder.file("witness.sqlite")
        if isNew { try WitnessState.create(path: path, for: signer.verifier) }
        let list = try LogList(parsing: Array(logs.map { $0.signer.verifier.string + "\n" }.joined().utf8))
        witness = Witness(
            signer: signer, logs: list, state: try WitnessState(path: path, for: signer.verifier), clock: time)
    }

    func callAsFunction(_ body: [UInt8]) throws -> WitnessOutcome { try witness.addCheckpoint(body) }

    /// Whether the outcome is a cosignature that verifies over this note.
    func hasCosigned(_ note: Note, _ outcome: WitnessOutcome) -> Bool {
        guard case .cosigned(let lines) = outcome, lines.signatures.count == 1 else { return false }
        return signer.verifier.verify(lines.signatures[0], text: note.text)
    }
}
