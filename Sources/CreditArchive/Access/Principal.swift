/// What a principal of the service may do (contract §4, Roles).
public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Appends records, limited to sources and regions.
    case recorder
    /// Reads everything and takes proofs.
    case auditor
    /// Rebuilds, issues keys, watches the service.
    case administrator
    /// Takes what the subscriber that is bound to its key is sent (Exchange), and nothing else.
    case subscriber
    /// Reads what is publicised, and the public side of the log.
    case `public`
}

/// Who asks: a key of the service, the operator of an archive that has no keys, or anybody.
public struct Principal: Sendable, Hashable {
    /// Pseudonymous, as it stands in entries and in the access record: `key/…`, `operator/local`, `public`.
    public var id: String
    public var roles: Set<Role>
    /// What it may record; also the regions whose records it may read.
    public var scope: RecordingScope

    public init(id: String, roles: Set<Role>, scope: RecordingScope = RecordingScope()) {
        self.id = id
        self.roles = roles
        self.scope = scope
    }

    /// Anybody without a key.
    public static let anybody = Principal(id: "public", roles: [.public])
    /// Whoever asks on this machine while no key was ever issued.
    public static let local = Principal(
        id: "operator/local", roles: [.recorder, .auditor, .administrator, .subscriber])

    /// Whether it may do what a role may. Everybody may do what the public may.
    public func may(_ role: Role) -> Bool { role == .public || roles.contains(role) }
}
