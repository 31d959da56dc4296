import boto3
import joblib


def load(bucket):
    boto3.client("s3").download_file(bucket, "model.joblib", "/tmp/model.joblib")
    return joblib.load("/tmp/model.joblib")  # found
