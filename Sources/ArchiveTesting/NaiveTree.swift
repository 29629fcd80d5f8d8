public import TransparencyLog

/// The Merkle tree as RFC 6962 section 2.1 defines it: recursive, slow, plain.
public enum NaiveTree {
    /// The root over these leaf hashes.
    public static func root(_ leaves: ArraySlice<Digest32>) -> Digest32 {
        guard let first = leaves.first else { return MerkleHash.empty }
        if leaves.count == 1 { return first }
        let middle = leaves.startIndex + split(leaves.count)
        return MerkleHash.node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    /// The root over these leaf hashes.
    public static func root(_ leaves: [Digest32]) -> Digest32 { root(leaves[...]) }

    /// The consistency proof from a size to all these leaves (section 2.1.2); none from 0 and between equal sizes.
    public static func consistency(from old: Int, to leaves: ArraySlice<Digest32>) -> [Digest32] {
        old == 0 ? [] : subproof(old, leaves, isWhole: true)
    }

    private static func subproof(_ old: Int, _ leaves: ArraySlice<Digest32>, isWhole: Bool) -> [Digest32] {
        if old == leaves.count { return isWhole ? [] : [root(leaves)] }
        let split = split(leaves.count)
        let middle = leaves.startIndex + split
        if old <= split { return subproof(old, leaves[..<middle], isWhole: isWhole) + [root(leaves[middle...])] }
        return subproof(old - split, leaves[middle...], isWhole: false) + [root(leaves[..<middle])]
    }

    private static func split(_ count: Int) -> Int {
        var split = 1
        while split * 2 < count { split *= 2 }
        return split
    }
}

/// A log in memory that signs what it is told, two histories too.
public struct FakeLog: Sendable {
    public let signer: NoteSigner
    public let leaves: [Digest32]

    public init(_ origin: String = "log.example/a", count: Int = 0, key: UInt8 = 9) throws {
        signer = try NoteSigner(name: origin, seed: [UInt8](repeating: key, count: 32))
        let salt = UInt8(origin.utf8.count)
        leaves = (0..<count).map { MerkleHash.leaf([salt, UInt8($0 >> 8), UInt8($0 & 255)]) }
    }

    private init(_ signer: NoteSigner, _ leaves: [Digest32]) {
        self.signer = signer
        self.leaves = leaves
    }

    /// The same key, and from one position on another history.
    public func forked(at position: Int) -> FakeLog {
        FakeLog(signer, Array(leaves[..<position]) + leaves[position...].map { MerkleHash.node($0, $0) })
    }

    public func checkpoint(_ size: Int) throws -> Checkpoint {
        try Checkpoint(origin: signer.name, size: UInt64(size), root: NaiveTree.root(leaves[..<size]))
    }

    public func note(_ size: Int) throws -> Note { try checkpoint(size).signed(by: [signer]) }

    public func proof(from old: Int, to new: Int) -> [Digest32] { NaiveTree.consistency(from: old, to: leaves[..<new]) }

    /// The body of add-checkpoint; without a proof where there is none, as of two sizes that go back.
    public func request(from old: Int, to new: Int) throws -> [UInt8] {
        let hashes = old <= new ? proof(from: old, to: new) : []
        return try AddCheckpointRequest(oldSize: UInt64(old), hashes: hashes, note: note(new)).bytes
    }
}
