public import CreditArchive
public import EventLog

/// The error with which the log refuses `body`; nil where it does not, or with another kind of error.
public func refusal(_ body: () async throws -> Void) async -> EventLogError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? EventLogError
    }
}

/// What a call throws, as users see it; nil where it does not throw.
public func thrown(_ body: () async throws -> some Any) async -> ArchiveError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return ArchiveError(error)
    }
}
